import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A document: its path under the root, and its text. */
export interface Document { readonly path: string, readonly text: string }

/** Every Markdown file of the repository that is its own. */
export function documents(root: string): Document[] {
  const exclude = (path: string): boolean => /(^|\/)(node_modules|dist|\.prep|\.nx)(\/|$)/.test(path)
  return globSync('**/*.md', { cwd: root, exclude: (entry) => exclude(String(entry)) })
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }))
}

/** Links to files that are not there, as sentences. Links to other hosts and to places within a page are not looked at. */
export function brokenLinks(root: string, { path, text }: Document): string[] {
  const withoutCode = text.replaceAll(/```[\s\S]*?```/g, '')
  return [...withoutCode.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target as string)
    .filter((target) => !existsSync(join(root, dirname(path), target)))
    .map((target) => `${path} links to ${target}, which is not there`)
}
