import { join } from 'node:path'

/** The folder that holds apps/, libs/ and tools/. */
export const repositoryRoot = join(import.meta.dirname, '../..')

/** The rooms that hold Prep's own code. */
export const rooms = ['apps', 'libs', 'tools'] as const
