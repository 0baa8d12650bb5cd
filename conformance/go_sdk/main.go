// Tests every call of the official Go SDK against the server at $HERITAGE_BASE. Only EndpointUrl is changed. With the argument
// "keys" the server has keys, and $CONFORMANCE_KEY is a valid one.
package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/runpod/go-sdk/pkg/sdk"
	"github.com/runpod/go-sdk/pkg/sdk/config"
	"github.com/runpod/go-sdk/pkg/sdk/endpoint"
)

var passed int

func expect(name string, ok bool, found any) {
	if !ok {
		fmt.Printf("go: %s: %.400v\n", name, found)
		os.Exit(1)
	}
	passed++
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("go:", err)
		os.Exit(1)
	}
	return value
}

func open(id string) *endpoint.Endpoint {
	return openWith(id, os.Getenv("CONFORMANCE_KEY"))
}

func openWith(id, key string) *endpoint.Endpoint {
	url := os.Getenv("HERITAGE_BASE")
	return must(endpoint.New(
		&config.Config{ApiKey: &key},
		&endpoint.Option{EndpointId: &id, EndpointUrl: &url}))
}

func image(name string) string {
	return base64.StdEncoding.EncodeToString(must(os.ReadFile(os.Getenv("CONFORMANCE_EXAMPLES") + "/" + name)))
}

func request(length int) *endpoint.JobInput {
	return &endpoint.JobInput{Input: map[string]any{
		"start_image_base64": image("start.jpg"),
		"end_image_base64":   image("end.jpg"),
		"resolution":         480,
		"frame_length":       length,
	}}
}

func frames(output *any) int {
	if output == nil {
		return 0
	}
	found, _ := (*output).(map[string]any)["frames"].([]any)
	return len(found)
}

// counter counts the requests to paths, since the SDK sleeps between no two of them.
type counter struct {
	plain                http.RoundTripper
	statusSyncs, streams atomic.Int64
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.Contains(request.URL.Path, "/status-sync/") {
		c.statusSyncs.Add(1)
	}
	if strings.Contains(request.URL.Path, "/stream/") {
		c.streams.Add(1)
	}
	return c.plain.RoundTrip(request)
}

// idle polls a job that waits, in both ways at a time, until the time for it is over.
func idle(waits *endpoint.Endpoint, id *string) {
	asked := &counter{plain: http.DefaultTransport}
	http.DefaultTransport = asked
	defer func() { http.DefaultTransport = asked.plain }()
	begun := time.Now()
	streamed := make(chan error)
	go func() {
		parts := make(chan endpoint.StreamResult, 1000)
		streamed <- waits.Stream(&endpoint.StreamInput{Id: id, Timeout: sdk.Int(2)}, parts)
	}()
	state, err := waits.StatusSync(&endpoint.StatusSyncInput{Id: id, Timeout: sdk.Int(2)})
	expect("StatusSync: its time is over", err != nil && state != nil && *state.Status == "IN_QUEUE", err)
	err = <-streamed
	expect("Stream: its time is over", err != nil, err)
	seconds := int64(time.Since(begun).Seconds())
	statusSyncs, streams := asked.statusSyncs.Load(), asked.streams.Load()
	expect("StatusSync: at most a request a second while idle", statusSyncs > 0 && statusSyncs <= seconds, statusSyncs)
	expect("Stream: at most a request a second while idle", streams > 0 && streams <= seconds, streams)
}

func keys() {
	refused := func(err error) bool { return err != nil && strings.Contains(err.Error(), "response status 401") }
	for _, key := range []string{"wrong", "hk_" + os.Getenv("CONFORMANCE_KEY")} {
		wrong := openWith("interpolate", key)
		_, err := wrong.Health(&endpoint.HealthInput{})
		expect("Health with a wrong key", refused(err), err)
		_, err = wrong.Run(&endpoint.RunInput{JobInput: &endpoint.JobInput{Input: map[string]any{"a": 1}}})
		expect("Run with a wrong key", refused(err), err)
		_, err = openWith("nothing", key).Health(&endpoint.HealthInput{})
		expect("an unknown endpoint with a wrong key", refused(err), err)
	}
	health := must(open("interpolate").Health(&endpoint.HealthInput{}))
	expect("the right key", health.Workers != nil, health)
	fmt.Printf("go, keys: %d passed, 0 failed\n", passed)
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "keys" {
		keys()
		return
	}
	interpolate, restore := open("interpolate"), open("restore")

	health := must(interpolate.Health(&endpoint.HealthInput{}))
	expect("health", health.Workers != nil && health.Workers.Idle != nil && health.Workers.Throttled != nil, health)
	expect("health: counters of jobs", health.Jobs.InQueue != nil && health.Jobs.Retried != nil, health)

	done := must(interpolate.RunSync(&endpoint.RunSyncInput{JobInput: request(17), Timeout: sdk.Int(200)}))
	expect("RunSync", *done.Status == "COMPLETED" && frames(done.Output) == 33, *done.Status)
	expect("times are integers", done.DelayTime != nil && done.ExecutionTime != nil, done)

	queued := must(interpolate.Run(&endpoint.RunInput{JobInput: request(17)}))
	expect("Run", *queued.Status == "IN_QUEUE", *queued.Status)
	synced := must(interpolate.StatusSync(&endpoint.StatusSyncInput{Id: queued.Id, Timeout: sdk.Int(100)}))
	expect("StatusSync", *synced.Status == "COMPLETED" && frames(synced.Output) == 33, *synced.Status)
	status := must(interpolate.Status(&endpoint.StatusInput{Id: queued.Id}))
	expect("Status", *status.Status == "COMPLETED", *status.Status)

	streamed := must(interpolate.Run(&endpoint.RunInput{JobInput: request(17)}))
	parts := make(chan endpoint.StreamResult, 1000)
	failed := interpolate.Stream(&endpoint.StreamInput{Id: streamed.Id}, parts)
	expect("Stream", failed == nil, failed)
	total := 0
	for part := range parts {
		output := part["output"].(map[string]any)
		expect("parts come in order", int(output["first_frame"].(float64)) == total, output["first_frame"])
		total += len(output["frames"].([]any))
	}
	expect("all parts came", total == 33, total)

	long := must(interpolate.Run(&endpoint.RunInput{JobInput: request(129)}))
	cancelled := must(interpolate.Cancel(&endpoint.CancelInput{Id: long.Id}))
	expect("Cancel", *cancelled.Status == "CANCELLED", *cancelled.Status)

	running := must(interpolate.Run(&endpoint.RunInput{JobInput: request(129)}))
	for state := ""; state != "IN_PROGRESS"; time.Sleep(100 * time.Millisecond) {
		state = *must(interpolate.Status(&endpoint.StatusInput{Id: running.Id})).Status
		expect("a queued job starts", state == "IN_QUEUE" || state == "IN_PROGRESS", state)
	}
	must(interpolate.Run(&endpoint.RunInput{JobInput: request(17)}))
	waiting := must(interpolate.Run(&endpoint.RunInput{JobInput: request(17)}))
	idle(interpolate, waiting.Id)
	purged := must(interpolate.PurgeQueue(&endpoint.PurgeQueueInput{}))
	expect("PurgeQueue", *purged.Removed == 2 && *purged.Status == "completed", *purged.Removed)
	must(interpolate.Cancel(&endpoint.CancelInput{Id: running.Id}))

	broken := must(restore.RunSync(&endpoint.RunSyncInput{JobInput: &endpoint.JobInput{Input: map[string]any{"action": "restore"}}}))
	expect("a job that fails says why", *broken.Status == "FAILED" && broken.Error != nil && *broken.Error != "", broken)

	_, err := restore.Status(&endpoint.StatusInput{Id: sdk.String("no-such-job")})
	expect("an unknown job", err != nil && strings.Contains(err.Error(), "404"), err)
	fmt.Printf("go: %d passed, 0 failed\n", passed)
}
