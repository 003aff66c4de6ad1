package main

import (
	"net"
	"net/http"
	"sync"
)

// unused are connections without a request so far. Browsers open some ahead of
// need, and a server that closes waits five seconds for each to be used.
type unused struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// heard is for [http.Server.ConnState].
func (u *unused) heard(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.conns == nil {
		u.conns = map[net.Conn]bool{}
	}
	if state == http.StateNew {
		u.conns[c] = true
	} else {
		delete(u.conns, c)
	}
}

// drop closes them.
func (u *unused) drop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		_ = c.Close()
	}
}
