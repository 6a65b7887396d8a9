import { disruption } from './disruption.ts'
import { images } from './images.ts'
import { mesh } from './mesh.ts'
import { namespaces } from './namespaces.ts'
import { networkForm } from './network-form.ts'
import { networkNeeds } from './network-needs.ts'
import { order } from './order.ts'
import { podSecurity } from './pod-security.ts'
import type { Policy } from './policy.ts'
import { probes } from './probes.ts'
import { projects } from './projects.ts'
import { resources } from './resources.ts'
import { scaling } from './scaling.ts'
import { secrets } from './secrets.ts'

/** Every rule that a release is held to. */
export const policies: readonly Policy[] = [
  ...podSecurity, ...probes, ...resources, ...disruption, ...networkForm, ...networkNeeds, ...images, ...secrets,
  ...scaling, ...mesh, ...order, ...namespaces, ...projects,
]
