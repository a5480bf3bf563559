/** What costs nothing in itself. */
export default function next(n: number): number {
  return n + 1
}
