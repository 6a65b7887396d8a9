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
 * Build arguments that name the base images, as NAME=image; by digest where there is one.
 * Throws an Error with a sentence for each image without a digest when `release` is true: a tag can move.
 */
export function buildArguments(images: BaseImages, release: boolean): string[] {
  const loose = Object.entries(images).filter(([, { digest }]) => digest === null)
  if (release && loose.length > 0) {
    throw new Error(loose.map(([name, { image }]) =>
      `${name} has no digest: look at it (docker buildx imagetools inspect ${image}) and write it into tools/images/base-images.json.`).join('\n'))
  }
  return Object.entries(images).map(([name, { image, digest }]) => `${name}=${digest === null ? image : `${image}@${digest}`}`)
}

if (import.meta.main) {
  try {
    const named = buildArguments(readBaseImages(), process.argv.includes('--release'))
    // --lines: as an action of a forge takes them; else as docker build does.
    process.stdout.write(process.argv.includes('--lines') ? `${named.join('\n')}\n` : `${named.map((one) => `--build-arg ${one}`).join(' ')}\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
