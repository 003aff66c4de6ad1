package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program measures the built binary from outside.
func program(ctx context.Context, _ bool, binary string) ([]figure, error) {
	info, err := os.Stat(binary)
	if err != nil {
		return nil, fmt.Errorf("%w: run make build first", err)
	}
	dir, err := os.MkdirTemp("", "zendesk-pagerduty-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var starts []float64
	var memory float64
	for range 5 {
		took, rss, err := start(ctx, binary, dir)
		if err != nil {
			return nil, err
		}
		starts, memory = append(starts, took), max(memory, rss)
	}
	slices.Sort(starts)
	return []figure{
		atMost("binary", float64(info.Size())/1e6, 25, "MB", ""),
		atMost("memory, idle", memory, 40, "MB", "resident, the largest of 5 starts"),
		atMost("ready after start", starts[len(starts)/2], 200, "ms", fmt.Sprintf("median of 5, the first on an empty database: up to %.0f", starts[len(starts)-1])),
	}, nil
}

func start(ctx context.Context, binary, dir string) (ms, mb float64, err error) {
	admin, err := freePort()
	if err != nil {
		return 0, 0, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	cmd := exec.CommandContext(ctx, binary, "serve")
	cmd.Env = []string{"LISTEN=127.0.0.1:0", "ADMIN_LISTEN=" + admin, "PUBLIC_URL=https://bench.example", "DATABASE_URL=sqlite:" + filepath.Join(dir, "start.db"),
		"PAGERDUTY_CLIENT_ID=bench", "PAGERDUTY_CLIENT_SECRET=bench", "SECRET_KEYS=k:" + base64.StdEncoding.EncodeToString(key), "LOG_LEVEL=error"}
	var said bytes.Buffer
	cmd.Stderr = &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if e := cmd.Wait(); e != nil && err == nil {
			err = fmt.Errorf("%w: %s", e, said.String())
		}
	}()
	for time.Since(began) < 10*time.Second {
		res, err := http.Get("http://" + admin + "/ready")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				ms = float64(time.Since(began).Microseconds()) / 1000
				time.Sleep(time.Second) // idle
				mb, err = resident(cmd.Process.Pid)
				return ms, mb, err
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, 0, fmt.Errorf("not ready after 10 s: %s", said.String())
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func resident(pid int) (float64, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kb / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", pid)
}
