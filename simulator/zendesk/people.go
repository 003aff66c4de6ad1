package zendesk

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

func person(id int64, name, email, role, locale string) User {
	u := User{ID: id, Name: name, Email: email, Role: role, Locale: locale, TimeZone: "Etc/UTC", Active: true}
	if u.Admin() {
		u.RoleType = new(typeAdmin)
	}
	return u
}

func lightAgent(id int64, name, email, locale string) User {
	u := person(id, name, email, "agent", locale)
	u.RoleType = new(typeLight)
	return u
}

func acmePeople() []User {
	return []User{
		person(9001, "Mia Chen", "mia@acme.example", "agent", "en-US"),
		person(9002, "Tom Weber", "tom@acme.example", "agent", "de"),
		person(9003, "Sara Lindqvist", "sara@acme.example", "admin", "en-GB"),
		lightAgent(9004, "Lia Berg", "lia@acme.example", "en-US"),
		person(30001, "Claire Dubois", "claire.dubois@customer.example", "end-user", "fr"),
		person(30002, "Marek Novak", "marek@customer.example", "end-user", "en-US"),
		person(30003, "Priya Raman", "priya@customer.example", "end-user", "en-US"),
		person(30004, "佐藤 花子", "hanako@customer.example", "end-user", "ja"),
		person(30005, `Bobby <script>alert("requester")</script>`, "bobby@customer.example", "end-user", "en-US"),
	}
}

func globexPeople() []User {
	return []User{
		person(7001, "Noor Haddad", "noor@globex.example", "agent", "en-US"),
		person(7002, "Ben Okafor", "ben@globex.example", "agent", "en-GB"),
		person(7003, "Ines Moreau", "ines@globex.example", "admin", "fr"),
		person(31001, "Hank Ruiz", "hank@client.example", "end-user", "en-US"),
		person(31002, "Lena Fischer", "lena@client.example", "end-user", "de"),
	}
}
