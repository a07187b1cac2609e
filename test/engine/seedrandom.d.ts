// The library's separate generators, which its types leave out.
declare module 'seedrandom/lib/xor128.js' {
  export default function xor128(seed: string): { (): number; double(): number }
}
