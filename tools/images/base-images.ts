import { readFileSync } from 'node:fs'

export interface BaseImage {
  /** With its tag. */
  readonly image: string
  /** `sha256:...`; null: not known yet, and then no release is built. */
  readonly digest: string | null
}

export type BaseImages = Readonly<Record<string, BaseImage>>

export function readBaseImages(): BaseImages {
  return JSON.parse(readFileSync(new URL('base-images.json', import.meta.url), 'utf8')) as BaseImages
}

/**
 * Arguments of `docker build` that name the base images; by digest where there is one.
 * Throws an Error with a sentence for each image without a digest when `release` is true: a tag can move.
 */
export function buildArguments(images: BaseImages, release: boolean): string[] {
  const loose = Object.entries(images).filter(([, { digest }]) => digest === null)
  if (release && loose.length > 0) {
    throw new Error(loose.map(([name, { image }]) =>
      `${name} has no digest: look at it (docker buildx imagetools inspect ${image}) and write it into tools/images/base-images.json.`).join('\n'))
  }
  return Object.entries(images).flatMap(([name, { image, digest }]) => ['--build-arg', `${name}=${digest === null ? image : `${image}@${digest}`}`])
}

if (import.meta.main) {
  try {
    process.stdout.write(`${buildArguments(readBaseImages(), process.argv.includes('--release')).join(' ')}\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
