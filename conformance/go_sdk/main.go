// Tests every call of the official Go SDK against the server at $HERITAGE_BASE. Only EndpointUrl is changed.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
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
	url := os.Getenv("HERITAGE_BASE")
	key := os.Getenv("CONFORMANCE_KEY")
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

func main() {
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
	for range 2 {
		must(interpolate.Run(&endpoint.RunInput{JobInput: request(17)}))
	}
	purged := must(interpolate.PurgeQueue(&endpoint.PurgeQueueInput{}))
	expect("PurgeQueue", *purged.Removed == 2 && *purged.Status == "completed", *purged.Removed)
	must(interpolate.Cancel(&endpoint.CancelInput{Id: running.Id}))

	broken := must(restore.RunSync(&endpoint.RunSyncInput{JobInput: &endpoint.JobInput{Input: map[string]any{"action": "restore"}}}))
	expect("a job that fails says why", *broken.Status == "FAILED" && broken.Error != nil && *broken.Error != "", broken)

	_, err := restore.Status(&endpoint.StatusInput{Id: sdk.String("no-such-job")})
	expect("an unknown job", err != nil && strings.Contains(err.Error(), "404"), err)
	fmt.Printf("go: %d passed, 0 failed\n", passed)
}
