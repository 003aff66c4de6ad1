package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
)

// A connection above the bound waits for another to close.
func TestConnectionsAreBounded(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Connections: 3}))
	address := strings.TrimPrefix(s.URL, "http://")
	ask := func() (net.Conn, *bufio.Reader, chan error) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		answers := bufio.NewReader(conn)
		done := make(chan error, 1)
		go func() { done <- again(conn, answers) }()
		return conn, answers, done
	}
	var first net.Conn
	var answers *bufio.Reader
	for range 3 {
		var done chan error
		first, answers, done = ask()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	_, _, done := ask()
	for range 100 { // while these are answered, it would have been
		if err := again(first, answers); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-done:
		t.Fatalf("the fourth was answered while three are open: %v", err)
	default:
	}
	first.Close()
	if err := <-done; err != nil {
		t.Errorf("after one closed: %v", err)
	}
}

// again asks on a connection, and reads the answer.
func again(conn net.Conn, answers *bufio.Reader) error {
	fmt.Fprint(conn, "GET /sidebar HTTP/1.1\r\nHost: localhost\r\n\r\n")
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
