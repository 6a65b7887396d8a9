import { spawnSync } from 'node:child_process'
import { hasBatchClass } from '../../runtime/batch-class.ts'
import { readState } from '../../runtime/platform-state.ts'
import { daprdIsCached, machineHasDaprd } from '../../runtime/daprd-binary.ts'
import { canUnpack, howToGet, ownCommand, packageIsCached, pgbouncer as wantedPgbouncer, redis as wantedRedis, type Wanted } from '../../runtime/debian-package.ts'
import { daprdArchive } from '../../runtime/daprd-release.ts'
import { daprdVersion } from '../../runtime/daprd-version.ts'
import { findGo, howToGetGo } from '../../runtime/go.ts'
import { findJava, howToGetJava, oldestJava } from '../../runtime/java.ts'
import { howToGetMaven, kafkaIsCached, kafkaVersion } from '../../runtime/kafka-jars.ts'
import { nodeModulesAreCurrent } from '../../runtime/node-modules.ts'
import { holderOfPort } from '../../runtime/port-holder.ts'
import { defaultPortBase, portIsFree, portsFrom } from '../../runtime/ports.ts'
import { defaultHome, repositoryRoot } from '../../runtime/repository.ts'
import { findUser, userName } from '../../runtime/system-user.ts'

export interface Finding {
  readonly name: string
  /** missing: ./prep up cannot go on without it. optional: not there, not needed. */
  readonly state: 'found' | 'missing' | 'optional'
  readonly detail: string
  /** The exact command that gets it. */
  readonly command?: string
}

export async function findings(): Promise<Finding[]> {
  return [node(), npm(), packages(), java(), await kafka(), await daprd(), postgresUser(), await ports(), redis(), pgbouncer(), batchClass(), mail(), stripe()]
}

function node(): Finding {
  return { name: 'Node.js', state: 'found', detail: `${process.versions.node} (${process.execPath})` }
}

function npm(): Finding {
  const version = firstLine('npm', ['--version'])
  if (version !== undefined) return { name: 'npm', state: 'found', detail: version }
  return { name: 'npm', state: 'missing', detail: 'not on PATH', command: process.platform === 'darwin' ? 'brew install node' : 'sudo apt-get install -y npm' }
}

function packages(): Finding {
  const current = nodeModulesAreCurrent(repositoryRoot)
  return { name: 'npm packages', state: 'found', detail: current ? 'installed as package-lock.json says (with PostgreSQL 18)' : './prep up installs them (with PostgreSQL 18)' }
}

function java(): Finding {
  const found = findJava()
  if (found !== undefined) return { name: 'Java', state: 'found', detail: `${found.version} (${found.command})` }
  return { name: 'Java', state: 'missing', detail: `Kafka needs ${oldestJava} or newer`, command: howToGetJava }
}

async function kafka(): Promise<Finding> {
  const name = `Kafka ${kafkaVersion}`
  if (await kafkaIsCached()) return { name, state: 'found', detail: 'in the cache' }
  const maven = firstLine('mvn', ['--version'])
  if (maven !== undefined) return { name, state: 'found', detail: `./prep up downloads it (43 MB) with ${maven}` }
  return { name, state: 'missing', detail: 'comes through Maven, and there is no mvn', command: howToGetMaven }
}

async function daprd(): Promise<Finding> {
  const name = `daprd ${daprdVersion}`
  if (machineHasDaprd()) return { name, state: 'found', detail: "this machine's own" }
  if (await daprdIsCached()) return { name, state: 'found', detail: 'in the cache' }
  const archive = daprdArchive()
  const go = findGo()
  const builds = go && `builds it with Go ${go.version} (4 to 5 minutes, 3 GB of downloads, once)`
  if (archive !== undefined) return { name, state: 'found', detail: `./prep up downloads its release${builds === undefined ? '' : `, else ${builds}`}` }
  if (builds !== undefined) return { name, state: 'found', detail: `./prep up ${builds}` }
  return { name, state: 'missing', detail: 'is built with Go 1.21 or newer, and there is none', command: howToGetGo }
}

function postgresUser(): Finding {
  if (process.getuid?.() !== 0) return { name: 'PostgreSQL user', state: 'found', detail: 'runs as you' }
  const name = 'PostgreSQL user'
  if (findUser(userName) !== undefined) return { name, state: 'found', detail: 'you are root, so it runs as the user postgres' }
  if (firstLine('useradd', ['--help']) !== undefined) return { name, state: 'found', detail: 'you are root, so ./prep up makes a user postgres for it' }
  return { name, state: 'missing', detail: 'you are root, and PostgreSQL does not run as root', command: 'useradd --system --user-group postgres' }
}

async function ports(): Promise<Finding> {
  const name = 'ports'
  const base = Number(process.env['PREP_PORT_BASE'] ?? defaultPortBase)
  if (readState(defaultHome()) !== undefined) return { name, state: 'found', detail: `in use by Prep itself, from ${base}` }
  const { postgres, kafka: broker, sandbox } = portsFrom(base)
  const wanted = [...Array.from({ length: 87 }, (_, offset) => base + offset), postgres, broker, broker + 1, sandbox]
  for (const port of wanted) {
    if (await portIsFree(port)) continue
    const holder = holderOfPort(port)
    const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`
    return { name, state: 'missing', detail: `${port} is in use by ${who}`, command: 'PREP_PORT_BASE=5000 ./prep up' }
  }
  return { name, state: 'found', detail: `${base} to ${sandbox} on 127.0.0.1 are free` }
}

function redis(): Finding {
  return ofDistribution(wantedRedis, "./prep gitops drill's Argo CD keeps its cache there")
}

function pgbouncer(): Finding {
  return ofDistribution(wantedPgbouncer, './prep test runs what uses the database through it too')
}

/** A program that every distribution has. */
function ofDistribution(wanted: Wanted, use: string): Finding {
  const { name } = wanted
  const own = ownCommand(wanted)
  if (own !== undefined) return { name, state: 'found', detail: `${firstLine(own, ['--version'])}; ${use}` }
  if (packageIsCached(wanted)) return { name, state: 'found', detail: `in the cache; ${use}` }
  if (canUnpack()) return { name, state: 'found', detail: `unpacked from its Debian package when wanted; ${use}` }
  return { name, state: 'optional', detail: `not there; ${use}`, command: howToGet(wanted) }
}

function batchClass(): Finding {
  const name = 'batch class'
  if (hasBatchClass()) return { name, state: 'found', detail: 'parts do not interrupt each other: a quarter less CPU under load' }
  if (process.platform !== 'linux') return { name, state: 'optional', detail: 'only Linux has one: parts interrupt each other under load' }
  return { name, state: 'optional', detail: 'chrt is not there, or may not be used: parts interrupt each other under load', command: 'sudo apt-get install -y util-linux' }
}

function mail(): Finding {
  const url = process.env['SMTP_URL'] ?? ''
  return { name: 'mail', state: url === '' ? 'optional' : 'found', detail: url === '' ? 'SMTP_URL is not set: messages are stored, not sent' : 'SMTP_URL is set: messages are sent' }
}

function stripe(): Finding {
  const set = (process.env['STRIPE_API_KEY'] ?? '') !== ''
  return { name: 'Stripe', state: set ? 'found' : 'optional', detail: set ? 'STRIPE_API_KEY is set: payments go to Stripe' : 'STRIPE_API_KEY is not set: payments go to the sandbox on this machine' }
}

function firstLine(command: string, args: string[]): string | undefined {
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8' })
  // eslint-disable-next-line no-control-regex -- Maven colours its version
  return status === 0 ? stdout.replace(/\x1b\[[0-9;]*m/g, '').trim().split('\n')[0]?.slice(0, 70) : undefined
}
