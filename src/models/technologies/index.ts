// The technologies, each in a file of its own.
import { accelerator } from './accelerator.ts'
import { clone } from './clone.ts'
import { display } from './display.ts'
import { iommu } from './iommu.ts'
import { nic } from './nic.ts'
import { processor } from './processor.ts'
import { tcp } from './tcp.ts'
import type { Technology } from '../host/technology.ts'
import { vlan } from './vlan.ts'
import { vpn } from './vpn.ts'

export const TECHNOLOGIES: readonly Technology[] = [accelerator, clone, display, iommu, nic, processor, tcp, vlan, vpn]
