// A small HTTP server that ends in order when it is told to.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	told, forget := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer forget()
	http.HandleFunc("GET /{$}", hello)
	server := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
	go func() {
		log.Print("ready")
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	<-told.Done()
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func hello(response http.ResponseWriter, _ *http.Request) {
	io.WriteString(response, "hello from go\n")
}
