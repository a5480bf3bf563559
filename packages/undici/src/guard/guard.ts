import { arrayOf, checkOptions, text } from '@millrace/core'
import type { BlockList } from 'node:net'
import { isIP } from 'node:net'
import { HttpBlockedError } from '../errors.ts'
import { originRule } from './originRule.ts'
import type { OriginRule } from './originRule.ts'
import { rangesOf, specialRanges } from './ranges.ts'

/**
 * Which URLs and addresses may be asked. Origins are looked at in every URL, also one that a redirect leads to;
 * addresses after a name has been resolved, for each connection.
 */
export interface GuardOptions {
  /**
   * The only origins that may be asked: `https://api.example.com`, `https://*.example.com`, or a name alone for every
   * scheme and port. @default all
   */
  readonly allowOrigins?: readonly string[] | undefined
  /** Origins that may not be asked, even when they are allowed. @default [] */
  readonly denyOrigins?: readonly string[] | undefined
  /**
   * Addresses outside of the public networks that may be asked all the same: `loopback`, `private`, `link-local`, an
   * address or a range (`10.1.0.0/16`). @default []
   */
  readonly allowRanges?: readonly string[] | undefined
  /** Addresses that may not be asked, even when they are public or allowed. @default [] */
  readonly denyRanges?: readonly string[] | undefined
}

/** Says which URLs and addresses may be asked. */
export interface Guard {
  /** @throws HttpBlockedError when the URL may not be asked, or names an address that may not */
  checkUrl(url: URL): void
  /** @throws HttpBlockedError when the address may not be asked */
  checkAddress(address: string): void
}

/** @throws TypeError when an option makes no sense */
export const guardOf = (options: GuardOptions | false): Guard =>
  options === false ? new SchemeGuard() : new RuleGuard(options)

/** Lets everything pass that is HTTP. */
class SchemeGuard implements Guard {
  checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw blocked('Only http and https URLs may be requested.')
    if (url.username !== '' || url.password !== '') throw blocked('A URL with a user or password may not be requested.')
  }

  checkAddress(_address: string): void {}
}

class RuleGuard extends SchemeGuard {
  readonly #allowed: readonly OriginRule[] | undefined
  readonly #denied: readonly OriginRule[]
  readonly #allowedRanges: BlockList
  readonly #deniedRanges: BlockList
  readonly #passed = new Set<string>()

  constructor(options: GuardOptions) {
    super()
    checkOptions('httpPool.guard', options, {
      allowOrigins: texts,
      denyOrigins: texts,
      allowRanges: texts,
      denyRanges: texts,
    })
    const { allowOrigins, denyOrigins = [], allowRanges = [], denyRanges = [] } = options
    this.#allowed = allowOrigins?.map((pattern) => originRule(pattern, 'allowOrigins'))
    this.#denied = denyOrigins.map((pattern) => originRule(pattern, 'denyOrigins'))
    this.#allowedRanges = rangesOf(allowRanges, 'allowRanges')
    this.#deniedRanges = rangesOf(denyRanges, 'denyRanges')
  }

  override checkUrl(url: URL): void {
    super.checkUrl(url)
    if (this.#denied.some((rule) => rule.matches(url)))
      throw blocked('This origin may not be requested.', 'denyOrigins')
    if (this.#allowed?.some((rule) => rule.matches(url)) === false)
      throw blocked('This origin may not be requested.', 'allowOrigins')
    const { hostname } = url
    // The parser has made dotted decimal of every way to write an IPv4 address.
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '')
    if (isIP(address) !== 0) this.checkAddress(address)
  }

  override checkAddress(address: string): void {
    if (this.#passed.has(address)) return
    const [plain = ''] = address.split('%')
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
    if (this.#deniedRanges.check(plain, family))
      throw blocked('This address may not be requested.', `denyRanges: ${address}`)
    if (specialRanges.check(plain, family) && !this.#allowedRanges.check(plain, family))
      throw blocked('This address is not in a public network and may not be requested.', `allowRanges lacks ${address}`)
    // Rules never change, and looking at them costs more than the rest of a request that finds its connection open.
    if (this.#passed.size >= rememberedAddresses) this.#passed.clear()
    this.#passed.add(address)
  }
}

const rememberedAddresses = 1_000

const texts = arrayOf(text, 'strings')

const blocked = (message: string, rule?: string): HttpBlockedError =>
  new HttpBlockedError(message, rule === undefined ? undefined : new Error(`httpPool.guard.${rule}`))
