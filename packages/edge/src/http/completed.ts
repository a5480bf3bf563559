/** The same response; `done` runs once when its body is complete, breaks off, or nobody reads it any more. */
export const completed = (response: Response, done: () => void): Response => {
  const { body, status, statusText, headers } = response
  if (body === null) {
    done()
    return response
  }
  const end = new TransformStream<Uint8Array, Uint8Array>()
  void body.pipeTo(end.writable).catch(ignore).finally(done)
  return new Response(end.readable, { status, statusText, headers })
}

// Whoever reads the response sees that it breaks off.
const ignore = (): void => {}
