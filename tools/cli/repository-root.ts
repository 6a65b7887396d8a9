import { join } from 'node:path'

/** Where the repository is, absolute. */
export const repositoryRoot = join(import.meta.dirname, '../..')
