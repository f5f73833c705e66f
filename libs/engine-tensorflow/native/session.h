// A TensorFlow session with threads of its own, which run it while the event loop goes on.

#pragma once

#include <node_api.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tensorflow_handles.h"

namespace collimator {

// Memory of a typed array; it stays where it is for as long as the array is referenced.
struct Bytes {
  void* data = nullptr;
  size_t length = 0;
};

// One run on its way from the event loop to a thread and back.
struct Run {
  napi_deferred deferred = nullptr;
  std::vector<napi_ref> held;  // the session, and the arrays whose memory is read and written
  Buffer options;
  std::vector<TF_Output> inputs;
  std::vector<Tensor> fed;
  std::vector<TF_Output> outputs;
  std::vector<Bytes> destinations;
  std::vector<const TF_Operation*> targets;
  std::string error;
};

// Made, started, closed and destroyed on the event loop's thread. Every constructor and method may throw
// std::runtime_error with TensorFlow's message.
class Session {
 public:
  Session(napi_env env, const Bytes& graph_def, const Bytes& config, int threads);
  ~Session() { Close(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  TF_Operation* Operation(const std::string& name) const;

  // Settles the run's promise when it is done. A run waits while all threads compute.
  void Start(napi_env env, std::unique_ptr<Run> run);

  // Lets runs in flight finish, ends the threads and frees what TensorFlow holds.
  void Close();

  bool closed() const { return session_ == nullptr; }
  bool idle() const { return in_flight_ == 0; }

 private:
  void ImportGraph(const Bytes& graph_def);
  void OpenReturnPath(napi_env env);
  void Work();
  std::unique_ptr<Run> Next();
  void Execute(Run& run) const;
  static void Settle(napi_env env, napi_value, void* context, void* data);

  Graph graph_{TF_NewGraph()};
  TF_Session* session_ = nullptr;
  napi_threadsafe_function settle_ = nullptr;
  int in_flight_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Run>> waiting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace collimator
