// Exponential, logarithms and arc tangent of the engine's own: additions, multiplications and divisions in one order, so that
// every machine that follows IEEE 754 gives the same bits. Each errs by less than one last digit.
// After fdlibm 5.3 (Sun Microsystems, 1993; "Permission to use, copy, modify, and distribute this software is freely granted,
// provided that this notice is preserved"): its arguments are reduced to a short interval, where a polynomial does the rest.

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** ln 2 in two parts: the first has few digits, so that small multiples of it are exact. */
const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
const TWO_54 = 18014398509481984
/** ln(1 + f) = f − f²/2 + s (f²/2 + the series in s² with these), where s = f / (2 + f). */
const LOG = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
]

/** `value × 2^power`, for a result that is a normal number, 0 or infinite; rounded once where it is smaller. */
function scaled(value: number, power: number): number {
  if (power > 1023) return scaled(value * powerOfTwo(1023), power - 1023)
  if (power < -1022) return value * powerOfTwo(power + 1000 < -1022 ? -1022 : power + 1000) * powerOfTwo(-1000)
  return value * powerOfTwo(power)
}

/** 2^power for −1022 ≤ power ≤ 1023. */
function powerOfTwo(power: number): number {
  words[HIGH] = (power + 1023) << 20
  words[1 - HIGH] = 0
  return double[0]
}

/** e^x. */
export function exponential(x: number): number {
  if (x !== x) return NaN
  if (x > 709.782712893383973096) return Infinity
  if (x < -745.13321910194110842) return 0
  // The steps below would err in its last digit.
  if (x === 1) return Math.E
  const size = Math.abs(x)
  if (size < 3.725290298461914e-9) return 1 + x
  // x = k ln 2 + r, where r = high − low lies within half of ln 2.
  let k = 0
  let high = x
  let low = 0
  if (size > 0.5 * Math.LN2) {
    k = Math.trunc(1.442695040888963387 * x + (x < 0 ? -0.5 : 0.5))
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
  }
  const r = high - low
  const rr = r * r
  const c =
    r -
    rr *
      (1.66666666666666019037e-1 +
        rr *
          (-2.77777777770155933842e-3 +
            rr * (6.61375632143793436117e-5 + rr * (-1.6533902205465251539e-6 + rr * 4.13813679705723846039e-8))))
  if (k === 0) return 1 - ((r * c) / (c - 2) - r)
  const y = 1 - (low - (r * c) / (2 - c) - high)
  return scaled(y, k)
}

/** ln x; NaN below 0. */
export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let k = 0
  double[0] = x
  if (words[HIGH] < 0x00100000) {
    k = -54
    double[0] = x * TWO_54
  }
  // x = 2^k (1 + f) with √½ < 1 + f < √2.
  const digits = words[HIGH] & 0x000fffff
  const isUpper = (digits + 0x95f64) & 0x100000
  k += (words[HIGH] >>> 20) - 1023 + (isUpper >>> 20)
  words[HIGH] = digits | (isUpper ^ 0x3ff00000)
  const f = double[0] - 1
  const high = k * LN2_HIGH
  const low = k * LN2_LOW
  if (Math.abs(f) < 9.5367431640625e-7 && (0x000fffff & (2 + digits)) < 3) {
    if (f === 0) return high + low
    const rest = f * f * (0.5 - 0.33333333333333333 * f)
    return k === 0 ? f - rest : high - (rest - low - f)
  }
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const odd = w * (LOG[1] + w * (LOG[3] + w * LOG[5]))
  const even = z * (LOG[0] + w * (LOG[2] + w * (LOG[4] + w * LOG[6])))
  const rest = even + odd
  if (((digits - 0x6147a) | (0x6b851 - digits)) > 0) {
    const half = 0.5 * f * f
    return k === 0 ? f - (half - s * (half + rest)) : high - (half - (s * (half + rest) + low) - f)
  }
  return k === 0 ? f - s * (f - rest) : high - (s * (f - rest) - low - f)
}

/** ln(1 + x), also where x is so small that 1 + x loses it; NaN below −1. */
export function logarithmOnePlus(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (x === Infinity) return x
  const size = Math.abs(x)
  if (size < 1.862645149230957e-9) return size < 5.551115123125783e-17 ? x : x - x * x * 0.5
  double[0] = x
  const top = words[HIGH]
  // Near 0 there is nothing to reduce. Elsewhere 1 + x = 2^k (1 + f), and `lost` is what rounding took from 1 + x.
  if ((x > 0 && top < 0x3fda827a) || (x < 0 && top <= 0xbfd2bec4)) return nearOne(x, 0, 0, 1)
  let lost = 0
  let k = (top >>> 20) - 1023
  if (!(x > 0 && top >= 0x43400000)) {
    const u = 1 + x
    double[0] = u
    k = (words[HIGH] >>> 20) - 1023
    lost = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u
  }
  let digits = words[HIGH] & 0x000fffff
  if (digits < 0x6a09e) words[HIGH] = digits | 0x3ff00000
  else {
    k++
    words[HIGH] = digits | 0x3fe00000
    digits = (0x00100000 - digits) >> 2
  }
  return nearOne(double[0] - 1, k, lost, digits)
}

/** k ln 2 + ln(1 + f) + lost; `digits` is 0 where f is tiny. */
function nearOne(f: number, k: number, lost: number, digits: number): number {
  const half = 0.5 * f * f
  const high = k * LN2_HIGH
  const low = k * LN2_LOW + lost
  if (digits === 0) {
    if (f === 0) return k === 0 ? 0 : high + (lost + k * LN2_LOW)
    const rest = half * (1 - 0.66666666666666666 * f)
    return k === 0 ? f - rest : high - (rest - low - f)
  }
  const s = f / (2 + f)
  const z = s * s
  const rest = z * (LOG[0] + z * (LOG[1] + z * (LOG[2] + z * (LOG[3] + z * (LOG[4] + z * (LOG[5] + z * LOG[6]))))))
  return k === 0 ? f - (half - s * (half + rest)) : high - (half - (s * (half + rest) + low) - f)
}

/** The arc tangent of ½, 1, 3/2 and infinity, and what a double does not hold of each. */
const AT_HIGH = [4.63647609000806093515e-1, 7.85398163397448278999e-1, 9.82793723247329054082e-1, 1.570796326794896558]
const AT_LOW = [
  2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, 6.12323399573676603587e-17,
]
const ARC = [
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.1111110405462355788e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2, -5.83357013379057348645e-2,
  4.97687799461593236017e-2, -3.6531572744216915527e-2, 1.62858201153657823623e-2,
]

/** The angle whose tangent is x, between −π/2 and π/2. */
export function arcTangent(x: number): number {
  if (x !== x) return NaN
  const size = Math.abs(x)
  const sign = x < 0 ? -1 : 1
  if (size >= 73786976294838206464) return sign * (AT_HIGH[3] + AT_LOW[3])
  if (size < 1.862645149230957e-9) return x
  let base = -1
  let t = size
  if (size >= 2.4375) [base, t] = [3, -1 / size]
  else if (size >= 1.1875) [base, t] = [2, (size - 1.5) / (1 + 1.5 * size)]
  else if (size >= 0.6875) [base, t] = [1, (size - 1) / (size + 1)]
  else if (size >= 0.4375) [base, t] = [0, (2 * size - 1) / (2 + size)]
  const z = t * t
  const w = z * z
  const odd = z * (ARC[0] + w * (ARC[2] + w * (ARC[4] + w * (ARC[6] + w * (ARC[8] + w * ARC[10])))))
  const even = w * (ARC[1] + w * (ARC[3] + w * (ARC[5] + w * (ARC[7] + w * ARC[9]))))
  if (base < 0) return sign * (t - t * (odd + even))
  return sign * (AT_HIGH[base] - (t * (odd + even) - AT_LOW[base] - t))
}
