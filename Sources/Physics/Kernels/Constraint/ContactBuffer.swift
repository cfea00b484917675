/// Contacts of one step, in the order of the model's pairs. It has room for all that the pairs can
/// give, so that it never overflows.
struct ContactBuffer {
  let contacts: UnsafeMutablePointer<Contact>
  var count = 0

  @inline(__always)
  mutating func append(_ contact: Contact) {
    contacts[count] = contact
    count &+= 1
  }
}
