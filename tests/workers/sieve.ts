/** The primes below a number. */
export default function sieve({ below }: { readonly below: number }): number[] {
  const primes: number[] = []
  for (let n = 2; n < below; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
