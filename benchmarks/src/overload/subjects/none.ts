import type { Subject } from '../subject.ts'

export const none: Subject = {
  name: 'no middleware',
  note: 'the server takes on whatever comes',
  open: async () => ({ run: (_, work) => work(), isRefusal: () => false }),
}
