import { ErrorWithHint } from '../runtime/error-with-hint.ts'

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

export class GitopsError extends ErrorWithHint<GitopsErrorCode> {}
