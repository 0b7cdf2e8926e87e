import { redirect } from 'next/navigation'

/** The name people know such a page by elsewhere. */
export default function ProfilePage(): never {
  redirect('/portfolio')
}
