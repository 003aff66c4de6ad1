package incident

import "regexp"

// idForm takes ids and no numbers, which PagerDuty takes for ids too: an incident
// has one name in the audit trail, and one lock.
var idForm = regexp.MustCompile(`^[0-9]{0,31}[A-Za-z][A-Za-z0-9]{0,31}$`)

// ValidID says whether something looks like an id of PagerDuty's: letters and
// digits, at least one letter, 63 characters at most. What does not never goes into
// a path.
func ValidID(id string) bool { return idForm.MatchString(id) }
