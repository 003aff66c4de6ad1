// Package seal keeps what must not be read or moved: the session value that a
// page holds, cookies, and the token columns of the database.
//
// A [Ring] holds the operator's keys (SECRET_KEYS): the first seals, all open. For
// each purpose it gives a [Box]; the box seals with the first key and opens with
// whichever key the text names, so that keys can be rotated without logging
// anybody out. Every seal is bound to its place: the purpose chooses an HKDF
// subkey, and the caller's binding (table, column, owner, …) is authenticated
// as additional data, so a sealed value moved to another row does not open.
package seal
