package rest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"zendesk-pagerduty/simulator/zendesk/directory"
)

// AgentHandler answers a request of an agent.
type AgentHandler func(w http.ResponseWriter, r *http.Request, agent directory.User)

// BodyLimit is more than any ticket that a person writes.
const BodyLimit = 1 << 20

// ReadJSON decodes a body of at most [BodyLimit] bytes. It answers the
// request itself and returns false if the body will not do.
func ReadJSON(w http.ResponseWriter, r *http.Request, to any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, BodyLimit)).Decode(to)
	if err == nil {
		return true
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		WriteError(w, http.StatusRequestEntityTooLarge, "PayloadTooLarge", "the body is larger than 1 MB")
	} else {
		WriteError(w, http.StatusBadRequest, "InvalidJSON", err.Error())
	}
	return false
}

// WriteError answers with an error as most of the REST API has it.
func WriteError(w http.ResponseWriter, status int, code, description string) {
	WriteJSON(w, status, map[string]string{"error": code, "description": description})
}

// WriteJSON answers with a value.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// NewGUID has the form of a random UUID, as an app's instance ids have.
func NewGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
