/** What a door says while it works. */
export type DoorEvent =
  | { readonly type: 'mcp.attached'; readonly isFallback: boolean }
  | { readonly type: 'mcp.misordered' | 'mcp.misnamed' | 'mcp.anonymous' | 'mcp.remade'; readonly message: string }
