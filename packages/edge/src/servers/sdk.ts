/** What the edge asks of SDK v2; loaded when the first server turns out to be of that line. */
export const sdkV2 = (): Promise<typeof import('@modelcontextprotocol/server')> =>
  (v2 ??= import('@modelcontextprotocol/server'))

/** The HTTP transport of SDK v1, loaded in the same way. */
export const sdkV1 = (): Promise<typeof import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js')> =>
  (v1 ??= import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'))

/** The revisions of 2025 and before, which both lines speak (`SUPPORTED_PROTOCOL_VERSIONS`). */
export const legacyVersions: ReadonlySet<string> = new Set([
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
])

let v1: Promise<typeof import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js')> | undefined
let v2: Promise<typeof import('@modelcontextprotocol/server')> | undefined
