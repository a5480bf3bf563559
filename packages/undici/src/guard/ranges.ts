import { BlockList, isIP } from 'node:net'

/** Ranges that have a name of their own in `allowRanges` and `denyRanges`. */
const named: { readonly [name: string]: readonly string[] } = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
}

/**
 * @param ranges names, addresses and ranges in CIDR notation
 * @throws TypeError for what is none of them
 */
export const rangesOf = (ranges: readonly string[], option: string): BlockList => {
  const list = new BlockList()
  for (const range of ranges) {
    for (const one of Object.hasOwn(named, range) ? named[range]! : [range]) {
      if (!add(list, one))
        throw new TypeError(
          `httpPool.guard.${option} takes addresses, ranges such as 10.0.0.0/8, or ${Object.keys(named).join(', ')}, got '${range}'`,
        )
    }
  }
  return list
}

/** @returns whether it was an address or a range */
const add = (list: BlockList, range: string): boolean => {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const version = isIP(address)
  const bits = version === 6 ? 128 : 32
  const length = prefix === undefined ? bits : Number(prefix)
  if (version === 0 || length > bits) return false
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
  return true
}

/**
 * Addresses that are nobody's on the internet, or lead through it to such (the special-purpose registries of IANA,
 * RFC 6890). An IPv4-mapped IPv6 address is in the range of its IPv4 address.
 */
export const specialRanges: BlockList = rangesOf(
  [
    ...Object.keys(named),
    '0.0.0.0/8', // this host, on this network
    '100.64.0.0/10', // shared by carriers
    '192.0.0.0/24', // IETF protocols
    '192.0.2.0/24', // documentation
    '192.88.99.0/24', // relays of 6to4
    '198.18.0.0/15', // benchmarks
    '198.51.100.0/24', // documentation
    '203.0.113.0/24', // documentation
    '224.0.0.0/4', // multicast
    '240.0.0.0/4', // reserved, and broadcast
    '::/96', // unspecified, and IPv4-compatible
    '64:ff9b::/96', // IPv4 behind NAT64
    '64:ff9b:1::/48', // the same, local
    '100::/64', // discarded
    '2001::/23', // IETF protocols, Teredo
    '2001:db8::/32', // documentation
    '2002::/16', // 6to4
    '3fff::/20', // documentation
    '5f00::/16', // segment routing
    'fec0::/10', // site-local
    'ff00::/8', // multicast
  ],
  'specialRanges',
)
