/** Why a port is not to be had, in a sentence. */
export const portFault = ({ code, message }: NodeJS.ErrnoException, port: number, host: string): string => {
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use; give ops another port`
  if (code === 'EACCES') return `this user may not listen on port ${port}; give ops one above 1023`
  return `port ${port} of ${host} cannot be used: ${message}`
}
