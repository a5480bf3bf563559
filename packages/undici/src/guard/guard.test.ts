import { describe, expect, test } from 'vitest'
import { guardOf } from './guard.ts'
import type { GuardOptions } from './guard.ts'

const isBlocked = (url: string, options: GuardOptions | false = {}): boolean => {
  try {
    guardOf(options).checkUrl(new URL(url))
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_HTTP_BLOCKED', kind: 'rejected', isRetryable: false })
    // A model reads the message: it must not say which address is behind a name, or which rule there is.
    expect((error as Error).message).not.toMatch(/\d/)
    return true
  }
}

describe('by default everything that is not public is blocked, however it is written', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://0x7f.0.0.1/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://192.0.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:a01:203]/',
    'http://[::127.0.0.1]/',
    'http://[0:0:0:0:0:ffff:10.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[ff02::1]/',
    'http://[100::1]/',
    'http://[2001:db8::1]/',
  ])('%s', (url) => expect(isBlocked(url)).toBe(true))
})

test.each([
  'http://93.184.215.14/',
  'http://[2606:2800:21f:cb07::1]/',
  'http://[::ffff:93.184.215.14]/',
  'http://172.32.0.1',
  'http://name.test',
])('what is public, or a name, passes: %s', (url) => expect(isBlocked(url)).toBe(false))

test.each(['ftp://name.test/', 'file:///etc/passwd', 'http://user@name.test/', 'http://:secret@name.test/'])(
  'is blocked whatever the guard says: %s',
  (url) => {
    expect(isBlocked(url)).toBe(true)
    expect(isBlocked(url, false)).toBe(true)
  },
)

test('no guard lets every address pass', () => {
  expect(isBlocked('http://127.0.0.1/', false)).toBe(false)
  expect(() => guardOf(false).checkAddress('10.0.0.1')).not.toThrow()
})

describe('ranges', () => {
  test.each<[string, readonly string[], boolean]>([
    ['http://127.0.0.1/', ['loopback'], false],
    ['http://[::1]/', ['loopback'], false],
    ['http://[::ffff:127.0.0.1]/', ['loopback'], false],
    ['http://10.1.2.3/', ['loopback'], true],
    ['http://10.1.2.3/', ['private'], false],
    ['http://[fd00::1]/', ['private'], false],
    ['http://169.254.169.254/', ['private', 'loopback'], true],
    ['http://169.254.169.254/', ['link-local'], false],
    ['http://10.1.2.3/', ['10.1.0.0/16'], false],
    ['http://10.2.2.3/', ['10.1.0.0/16'], true],
    ['http://10.1.2.3/', ['10.1.2.3'], false],
    ['http://[fd12::5]/', ['fd12::/16'], false],
    ['http://127.0.0.1/', ['0.0.0.0/0'], false],
  ])('%s with %j allowed', (url, allowRanges, blocked) => expect(isBlocked(url, { allowRanges })).toBe(blocked))

  test('what is denied stays so', () => {
    const options = { allowRanges: ['private'], denyRanges: ['10.0.0.1', '93.184.0.0/16', '2606::/16'] }
    expect(isBlocked('http://10.0.0.1/', options)).toBe(true)
    expect(isBlocked('http://10.0.0.2/', options)).toBe(false)
    expect(isBlocked('http://93.184.215.14/', options)).toBe(true)
    expect(isBlocked('http://[::ffff:93.184.215.14]/', options)).toBe(true)
    expect(isBlocked('http://[2606::1]/', options)).toBe(true)
  })

  test.each(['10.0.0.0/33', 'x', '10.0.0', '::1/129', '', '10.0.0.0/8/8', 'localhost'])('%j is none', (range) => {
    expect(() => guardOf({ allowRanges: [range] })).toThrow(TypeError)
  })

  test('what is no range is named', () => {
    expect(() => guardOf({ denyRanges: ['10.0.0.0/33'] })).toThrow(
      "httpPool.guard.denyRanges takes addresses, ranges such as 10.0.0.0/8, or loopback, private, link-local, got '10.0.0.0/33'",
    )
  })

  test('what has passed is remembered, within bounds, and changes no answer', () => {
    const guard = guardOf({ denyRanges: ['93.0.0.7'] })
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 2_500; n += 1) {
        const address = `93.0.${n >> 8}.${n & 255}`
        if (n === 7) expect(() => guard.checkAddress(address)).toThrow('may not be requested')
        else guard.checkAddress(address)
      }
    }
  })

  test('an address with a zone is looked at without it', () => {
    expect(() => guardOf({}).checkAddress('fe80::1%eth0')).toThrow('public')
  })
})

describe('origins', () => {
  test.each<[string, string, boolean]>([
    ['https://api.test/x', 'https://api.test', true],
    ['https://API.test:443/', 'https://api.test', true],
    ['https://api.test./', 'https://api.test', true],
    ['http://api.test/', 'https://api.test', false],
    ['https://api.test:8443/', 'https://api.test', false],
    ['https://api.test:8443/', 'https://api.test:8443', true],
    ['http://api.test:99/', 'api.test', true],
    ['http://api.test:99/', 'api.test:98', false],
    ['http://api.test/', 'api.test:80', true],
    ['https://a.b.api.test/', 'https://*.api.test', true],
    ['https://api.test/', 'https://*.api.test', false],
    ['https://evilapi.test/', 'https://*.api.test', false],
    ['https://api.test.evil.test/', 'https://api.test', false],
    ['https://bücher.test/', 'https://bücher.test', true],
    ['http://[2606::1]:80/', 'http://[2606::1]', true],
  ])('%s by %s: %s', (url, pattern, matches) => {
    expect(isBlocked(url, { allowOrigins: [pattern] })).toBe(!matches)
    expect(isBlocked(url, { denyOrigins: [pattern] })).toBe(matches)
  })

  test('what is denied stays so, and an empty list allows nothing', () => {
    expect(isBlocked('https://api.test', { allowOrigins: ['*.test', 'api.test'], denyOrigins: ['api.test'] })).toBe(
      true,
    )
    expect(isBlocked('https://api.test', { allowOrigins: [] })).toBe(true)
  })

  test.each(['https://', 'https://a.test/path', 'ftp://a.test', 'a b', '*', 'http://u@a.test', ''])(
    '%j is none',
    (pattern) => {
      expect(() => guardOf({ allowOrigins: [pattern] })).toThrow(TypeError)
    },
  )

  test('what is no origin is named', () => {
    expect(() => guardOf({ allowOrigins: ['https://a.test/path'] })).toThrow(
      "httpPool.guard.allowOrigins takes origins such as https://api.example.com or *.example.com, got 'https://a.test/path'",
    )
  })
})
