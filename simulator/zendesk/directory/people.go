package directory

// User is somebody that an account knows: an agent who works in it, or a
// requester who wrote to it.
type User struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Role     string `json:"role"` // "agent", "admin" or "end-user"
	RoleType *int   `json:"role_type"`
	Locale   string `json:"locale"`
	TimeZone string `json:"iana_time_zone"`
	Active   bool   `json:"active"`
}

// The kinds of staff, as Zendesk numbers them in role_type (API reference,
// "Users").
const (
	typeLight = 1
	typeAdmin = 4
)

// Staff says whether the user may work in the agent workspace.
func (u User) Staff() bool { return u.Role == "agent" || u.Role == "admin" }

// Light says whether the user is a light agent: one who reads everything and
// may at most add internal notes.
func (u User) Light() bool { return u.RoleType != nil && *u.RoleType == typeLight }

// RoleName is what a person calls the role.
func (u User) RoleName() string {
	if u.Light() {
		return "light agent"
	}
	return u.Role
}

// Admin says whether the user may change the account's rules.
func (u User) Admin() bool { return u.Role == "admin" }
