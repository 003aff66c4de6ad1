// Package control is what the simulators have in common: a clock of their own,
// faults that wait for a request, a history of every request, listeners that
// close cleanly, and the control server that offers all of it as JSON.
//
// A simulator makes one [Control] and wraps each of its handlers with
// [Control.Wrap]. A request then crosses, in this order: the history (it is
// entered as it arrives), the first fault that matches it, the simulator's own
// handler, which writes into a buffer, the history again (the answer is
// entered), and only then the wire. So whoever has read an answer finds its
// entry complete, and a fault can do the work and lose the answer.
package control
