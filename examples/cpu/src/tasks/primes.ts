/** How many primes there are up to a number; by trial division, so that a large number takes long and little memory. */
export default function primes({ upTo }: { readonly upTo: number }) {
  let count = 0
  for (let n = 2; n <= upTo; n += 1) {
    let isPrime = true
    for (let d = 2; d * d <= n && isPrime; d += 1) isPrime = n % d !== 0
    if (isPrime) count += 1
  }
  return { content: [{ type: 'text' as const, text: `${count} primes up to ${upTo}` }] }
}
