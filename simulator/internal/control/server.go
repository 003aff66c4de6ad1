package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Server is one listener of a simulator. It is opened first and served later,
// so that a simulator knows its addresses before it builds its handlers.
type Server struct {
	// Port is the one it listens on.
	Port int

	listener net.Listener
	server   *http.Server
	done     chan struct{}
}

// Listen opens addr; "" means a free port on 127.0.0.1.
func Listen(addr string) (*Server, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	return &Server{Port: l.Addr().(*net.TCPAddr).Port, listener: l, done: make(chan struct{})}, nil
}

// URL is the server's address under the host name that its clients use.
func (s *Server) URL(host string) string {
	return "http://" + net.JoinHostPort(host, strconv.Itoa(s.Port))
}

// Serve begins to answer. The timeouts bound a client that dawdles; there is
// none on writing, since a fault may hold an answer back for minutes.
func (s *Server) Serve(h http.Handler) {
	s.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(s.listener)
	}()
}

// Close stops listening and drops every connection.
func (s *Server) Close() error {
	if s.server == nil {
		return s.listener.Close()
	}
	err := s.server.Close()
	<-s.done
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
