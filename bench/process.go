package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is one that was started here.
type process struct {
	cmd     *exec.Cmd
	stderr  bytes.Buffer
	url     string
	startMS float64 // from its start until it was ready
}

// start runs a command and waits until ready answers 200.
func start(ctx context.Context, cmd *exec.Cmd, url, ready string) (*process, error) {
	p := &process{cmd: cmd, url: url}
	cmd.Stderr = &p.stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < 30*time.Second && ctx.Err() == nil {
		res, err := http.Get(ready)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				p.startMS = float64(time.Since(began).Microseconds()) / 1000
				return p, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.Close()
	return nil, fmt.Errorf("%s is not ready after 30 s: %s", cmd.Args[0], p.stderr.String())
}

// Close ends the process and waits for it.
func (p *process) Close() error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil && p.stderr.Len() > 0 {
		return fmt.Errorf("%s: %w: %s", p.cmd.Args[0], err, p.stderr.String())
	}
	return nil
}

// role starts this command as one of its roles, on a free port.
func role(ctx context.Context, name string, env ...string) (*process, error) {
	address, err := freePort()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, name, address)
	cmd.Env = append(os.Environ(), env...)
	return start(ctx, cmd, "http://"+address, "http://"+address+"/ready")
}

// serve is what a role does until it is told to stop.
func serve(ctx context.Context, address string, h http.Handler) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/", h)
	s := &http.Server{Addr: address, Handler: mux}
	go func() {
		<-ctx.Done()
		s.Close()
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ticksPerSecond is the unit of /proc/PID/stat (USER_HZ), 100 on Linux.
const ticksPerSecond = 100

// cpu is the time that the process has used so far, in user and system mode.
func (p *process) cpu() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/PID/stat has %d fields", len(fields))
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(err1, err2)
}

// resident is the process's memory in MB.
func (p *process) resident() (float64, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kb / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", p.cmd.Process.Pid)
}

// load runs a job in a process of its own.
func load(ctx context.Context, j job) (r result, err error) {
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	in, err := json.Marshal(j)
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, self, "load")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("load: %w: %s", err, stderr.String())
	}
	return r, json.Unmarshal(out, &r)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
