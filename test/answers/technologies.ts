// Technologies with the handlers' names and a few costs, and nothing behind them: what the loader looks at.
import type { Handler, Technology } from '../../src/models/host/technology.ts'

const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  processor: ['binary-translation', 'vt-x', 'vt-x-ept', 'vt-x-posted-interrupts'],
  iommu: ['off', 'deferred', 'strict'],
  nic: ['emulated', 'paravirtual', 'vmdq', 'sr-iov', 'flex-10'],
  tcp: ['host-stack', 'segmentation-offload', 'toe'],
  vlan: ['host-tagging', 'nic-tagging', 'switch-tagging'],
  vpn: ['software-aes', 'aes-ni', 'lookaside', 'inline-nic'],
  clone: ['host-copy', 'xcopy', 'odx', 'array-snapshot'],
  display: ['software-pcoip', 'pcoip-card'],
}

const COSTS: Readonly<Record<string, Technology['costs']>> = {
  processor: { 'vt-x.syscall': { value: 242, unit: 'cycles', source: 'CPU-02' } },
  display: {
    encodeCyclesPerPixel: { value: 30, unit: 'cycles/pixel', source: 'assumption: for this test' },
    cardSessions: { value: 64, unit: 'count', whole: true, source: 'DSP-03' },
  },
}

const handler: Handler = { kind: 'software' }

export const TECHNOLOGIES: readonly Technology[] = Object.entries(HANDLERS).map(([name, handlers]) => ({
  name,
  costs: COSTS[name] ?? {},
  handlers: Object.fromEntries(handlers.map((key) => [key, handler])),
}))
