package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// program measures the binary from outside.
func program(ctx context.Context, o options) ([]figure, error) {
	info, err := os.Stat(o.program)
	if err != nil {
		return nil, fmt.Errorf("%w: run make build first", err)
	}
	var starts []float64
	var memory float64
	for range 5 {
		s, err := o.open(ctx, o.program, "", upstream{"http://127.0.0.1:9", token})
		if err != nil {
			return nil, err
		}
		time.Sleep(time.Second) // idle
		mb, err := s.resident()
		if closed := s.Close(); err != nil || closed != nil {
			return nil, fmt.Errorf("%w %w", err, closed)
		}
		starts, memory = append(starts, s.startMS), max(memory, mb)
	}
	return []figure{
		atMost("binary", float64(info.Size())/1e6, 27, "MB", ""),
		atMost("memory, idle", memory, 40, "MB", "resident, the largest of 5 starts"),
		atMost("ready after start", median(starts), 100, "ms", fmt.Sprintf("median of 5, %.0f to %.0f", slices.Min(starts), slices.Max(starts))),
	}, nil
}
