import { execFile } from 'node:child_process'

/** The user that PostgreSQL runs as. It refuses to run as root, so root hands over to an unprivileged user. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** True when this process is root and gives up its rights for the server's programs. */
  readonly isDropped: boolean
}

/** What a finished program said, and whether it succeeded. */
export interface Outcome {
  readonly isOk: boolean
  readonly output: string
}

/** This process's own user, or for root `postgres`, else `nobody`. */
export async function account(): Promise<Account> {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, isDropped: false }
  if (own.uid !== 0) return own
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [await run(own, 'id', ['-u', name]), await run(own, 'id', ['-g', name])]
    if (uid.isOk && gid.isOk) return { uid: Number(uid.output), gid: Number(gid.output), isDropped: true }
  }
  throw new Error('PostgreSQL refuses to run as root, and this machine has neither a user postgres nor a user nobody.')
}

/** Runs a program as `account` to its end, in English and without whatever PG* settings this process has. */
export function run(account: Account, program: string, args: readonly string[]): Promise<Outcome> {
  const options = {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    ...(account.isDropped ? { uid: account.uid, gid: account.gid } : {}),
  }
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ isOk: error === null, output: `${stdout}${stderr}`.trim() })
    })
  })
}
