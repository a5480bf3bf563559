import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { selfSigned } from './certificate.ts'

describe('a certificate signed by itself', () => {
  it('is valid now, for localhost and 127.0.0.1', () => {
    const read = new X509Certificate(selfSigned().certificate)
    expect(read.verify(read.publicKey)).toBe(true)
    expect([read.checkHost('localhost'), read.checkIP('127.0.0.1'), read.checkHost('example.org')]).toEqual([
      'localhost',
      '127.0.0.1',
      undefined,
    ])
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now())
    expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now())
  })
})
