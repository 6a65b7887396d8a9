import { eachContainer } from './pods.ts'
import type { Policy } from './policy.ts'

const byDigest = /@sha256:[0-9a-f]{64}$/

export const images: readonly Policy[] = [
  {
    name: 'images-never-latest',
    says: 'An image is named by a version or by its digest, never by latest and never by nothing.',
    broken: (rendered) => eachContainer(rendered, ({ image }) => [
      /:latest(@|$)/.test(image) && `takes ${image}`,
      !byDigest.test(image) && !/:[^/:]+$/.test(image) && `takes ${image} without a version`,
    ]),
  },
  {
    name: 'images-by-digest-in-prod',
    says: 'In prod an image is named by its digest: what was reviewed is what runs.',
    broken: (rendered) => rendered.release.environment === 'prod' ? eachContainer(rendered, ({ image }) => [!byDigest.test(image) && `takes ${image} by name`]) : [],
  },
  {
    name: 'images-from-our-registry',
    says: 'A service runs what our own pipeline built.',
    broken: (rendered) => rendered.release.chart !== 'charts/prep-service' ? []
      : eachContainer(rendered, ({ image }) => [!image.startsWith(`ghcr.io/prep-kitchens/${rendered.release.name}`) && `takes ${image}`]),
  },
]
