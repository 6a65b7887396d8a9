/** The one version that is tested; the lock in daprd/go.mod names it too. */
export const daprdVersion = '1.18.1'
