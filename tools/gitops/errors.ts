/** Every error of the GitOps tools: a stable code, what happened, and what to do about it. */
export const gitopsErrorCodes = [
  'GITOPS_BRANCH_EXISTS',
  'GITOPS_CLUSTER_REFUSED',
  'GITOPS_DIRTY_TREE',
  'GITOPS_DOWNGRADE',
  'GITOPS_DRILL_FAILED',
  'GITOPS_ENVIRONMENT_UNKNOWN',
  'GITOPS_GIT_FAILED',
  'GITOPS_NOT_PINNED',
  'GITOPS_PREREQUISITE_MISSING',
  'GITOPS_PROMOTION_ORDER',
  'GITOPS_RELEASE_UNKNOWN',
  'GITOPS_RENDER_FAILED',
  'GITOPS_REVISION_UNKNOWN',
  'GITOPS_SAME_VERSION',
  'GITOPS_TOOL_UNKNOWN',
  'GITOPS_WINDOW_CLOSED',
  'GITOPS_WINDOW_INVALID',
] as const

export type GitopsErrorCode = (typeof gitopsErrorCodes)[number]

export interface GitopsErrorOptions {
  /** What happened, one sentence. */
  readonly message: string
  /** What the user can do; a command where there is one. */
  readonly hint?: string
  /** More for the curious: a command's output. */
  readonly detail?: string
  readonly cause?: unknown
}

export class GitopsError extends Error {
  readonly code: GitopsErrorCode
  readonly hint: string | undefined
  readonly detail: string | undefined

  constructor(code: GitopsErrorCode, options: GitopsErrorOptions) {
    const advice = options.hint === undefined ? '' : ` ${options.hint}`
    super(`${options.message}${advice}`, { cause: options.cause })
    this.name = 'GitopsError'
    this.code = code
    this.hint = options.hint
    this.detail = options.detail
  }
}
