// The technologies, each in a file of its own.
import { iommu } from './iommu.ts'
import { nic } from './nic.ts'
import { processor } from './processor.ts'
import { tcp } from './tcp.ts'
import type { Technology } from './technology.ts'

export const TECHNOLOGIES: readonly Technology[] = [iommu, nic, processor, tcp]
