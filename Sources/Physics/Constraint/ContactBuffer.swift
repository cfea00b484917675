/// Contacts of one step, in the order of the model's pairs. Its capacity is the greatest number
/// that the pairs can give, so that it never overflows.
package struct ContactBuffer {
  package let contacts: UnsafeMutablePointer<Contact>
  package var count = 0

  package init(contacts: UnsafeMutablePointer<Contact>) { self.contacts = contacts }

  @inline(__always)
  mutating func append(_ contact: Contact) {
    contacts[count] = contact
    count &+= 1
  }
}
