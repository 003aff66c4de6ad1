package rest

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"
)

// invalidField is a value that the account refuses.
type invalidField struct{ field, reason string }

// TooManyUpdates refuses an update of a ticket above the limit of one user.
type TooManyUpdates struct{ Wait time.Duration }

// Refuse answers with the status and the words that an error has in the REST
// API: 422 for an invalid field, 429 for too many updates, 403 and 409 for
// [ErrForbidden] and [ErrStale], else 500.
func Refuse(w http.ResponseWriter, err error) {
	if field, ok := errors.AsType[invalidField](err); ok {
		WriteJSON(w, http.StatusUnprocessableEntity, map[string]any{
			"error": "RecordInvalid", "description": "Record validation errors",
			"details": map[string]any{field.field: []map[string]string{{"description": field.reason, "error": "InvalidValue"}}},
		})
		return
	}
	if limited, ok := errors.AsType[TooManyUpdates](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(limited.Wait.Seconds()))))
		WriteError(w, http.StatusTooManyRequests, "APIRateLimitExceeded",
			"Number of allowed updates of this ticket per 10 minutes exceeded")
		return
	}
	switch {
	case errors.Is(err, ErrForbidden):
		WriteError(w, http.StatusForbidden, "Forbidden",
			"You do not have access to this page. Please contact the account owner of this help desk for further help.")
		return
	case errors.Is(err, ErrStale):
		WriteError(w, http.StatusConflict, "UpdateConflict",
			"Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.")
		return
	}
	WriteError(w, http.StatusInternalServerError, "InternalError", err.Error())
}

// Invalid refuses a value of a field.
func Invalid(field, reason string) error { return invalidField{field, reason} }

func (e invalidField) Error() string { return e.field + ": " + e.reason }

// ErrForbidden is what a user may not do.
var ErrForbidden = errors.New("you do not have access to this page")

// ErrStale is a safe update of a ticket that somebody has changed since.
var ErrStale = errors.New("outdated ticket data")

// Error names the time to wait.
func (e TooManyUpdates) Error() string { return "too many updates, wait " + e.Wait.String() }
