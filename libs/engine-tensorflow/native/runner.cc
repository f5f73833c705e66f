// Runs TensorFlow sessions off the event loop: a graph is opened once and then run from threads of our own, which read
// JavaScript's memory in place and write results straight into it, shared memory included.
//
// Exports: open(graphDef, config, threads) -> session, run(session, request) -> Promise, close(session).

#include <node_api.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace collimator {
namespace {

void Check(napi_status status, const char* what) {
  if (status != napi_ok) throw std::runtime_error(std::string("cannot read ") + what);
}

class Status {
 public:
  ~Status() { TF_DeleteStatus(status_); }
  TF_Status* get() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  std::string message() const { return TF_Message(status_); }
  void ThrowUnlessOk() const {
    if (!ok()) throw std::runtime_error(message());
  }

 private:
  TF_Status* status_ = TF_NewStatus();
};

template <typename T, void (*Delete)(T*)>
struct Deleter {
  void operator()(T* owned) const { Delete(owned); }
};
using Tensor = std::unique_ptr<TF_Tensor, Deleter<TF_Tensor, TF_DeleteTensor>>;
using Graph = std::unique_ptr<TF_Graph, Deleter<TF_Graph, TF_DeleteGraph>>;
using Buffer = std::unique_ptr<TF_Buffer, Deleter<TF_Buffer, TF_DeleteBuffer>>;

// ---- Values from JavaScript ----------------------------------------------------------------------------------------

// The bytes of a typed array, which stay where they are for as long as the array is referenced.
struct Bytes {
  void* data = nullptr;
  size_t length = 0;
};

napi_value Property(napi_env env, napi_value object, const char* name) {
  napi_value value;
  Check(napi_get_named_property(env, object, name, &value), name);
  return value;
}

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  Check(napi_get_value_string_utf8(env, value, nullptr, 0, &length), "a name");
  std::string text(length, '\0');
  Check(napi_get_value_string_utf8(env, value, &text[0], length + 1, &length), "a name");
  return text;
}

int32_t Integer(napi_env env, napi_value value) {
  int32_t integer = 0;
  Check(napi_get_value_int32(env, value, &integer), "an integer");
  return integer;
}

size_t ElementBytes(napi_typedarray_type type) {
  switch (type) {
    case napi_uint8_array:
      return 1;
    case napi_int32_array:
    case napi_float32_array:
      return 4;
    default:
      throw std::runtime_error("memory must be a Uint8Array, an Int32Array or a Float32Array");
  }
}

Bytes BytesOf(napi_env env, napi_value array) {
  napi_typedarray_type type;
  Bytes bytes;
  Check(napi_get_typedarray_info(env, array, &type, &bytes.length, &bytes.data, nullptr, nullptr), "a typed array");
  bytes.length *= ElementBytes(type);
  return bytes;
}

template <typename Visit>
void ForEach(napi_env env, napi_value array, Visit visit) {
  uint32_t length = 0;
  Check(napi_get_array_length(env, array, &length), "an array");
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    Check(napi_get_element(env, array, i, &element), "an element");
    visit(element);
  }
}

// ---- One run -------------------------------------------------------------------------------------------------------

struct Run {
  napi_deferred deferred = nullptr;
  std::vector<napi_ref> held;  // the session, and the arrays whose memory is read and written
  Buffer options{TF_NewBuffer()};
  std::vector<TF_Output> inputs;
  std::vector<Tensor> fed;
  std::vector<TF_Output> outputs;
  std::vector<Bytes> destinations;
  std::vector<const TF_Operation*> targets;
  std::string error;
};

void KeepMemory(void*, size_t, void*) {}

// A copy belongs to TensorFlow, which may keep it (a variable does); without one, JavaScript's own memory is read.
Tensor FeedTensor(napi_env env, napi_value feed, const Bytes& bytes) {
  std::vector<int64_t> shape;
  ForEach(env, Property(env, feed, "shape"), [&](napi_value size) { shape.push_back(Integer(env, size)); });
  const auto type = static_cast<TF_DataType>(Integer(env, Property(env, feed, "type")));
  size_t expected = TF_DataTypeSize(type);
  for (const int64_t size : shape) expected *= size;
  if (expected != bytes.length) throw std::runtime_error("a feed's memory does not have the size of its shape");
  bool copy = false;
  Check(napi_get_value_bool(env, Property(env, feed, "copy"), &copy), "copy");
  const int rank = static_cast<int>(shape.size());
  if (!copy) return Tensor(TF_NewTensor(type, shape.data(), rank, bytes.data, bytes.length, KeepMemory, nullptr));
  Tensor tensor(TF_AllocateTensor(type, shape.data(), rank, bytes.length));
  std::memcpy(TF_TensorData(tensor.get()), bytes.data, bytes.length);
  return tensor;
}

class Session {
 public:
  Session(napi_env env, const Bytes& graph_def, const Bytes& config, int threads) {
    ImportGraph(graph_def);
    Status status;
    TF_SessionOptions* options = TF_NewSessionOptions();
    TF_SetConfig(options, config.data, config.length, status.get());
    if (status.ok()) session_ = TF_NewSession(graph_.get(), options, status.get());
    TF_DeleteSessionOptions(options);
    status.ThrowUnlessOk();
    OpenReturnPath(env);
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
  }

  ~Session() { Close(); }

  TF_Operation* Operation(const std::string& name) const {
    TF_Operation* operation = TF_GraphOperationByName(graph_.get(), name.c_str());
    if (operation == nullptr) throw std::runtime_error("the graph has no operation " + name);
    return operation;
  }

  void Start(napi_env env, std::unique_ptr<Run> run) {
    if (in_flight_++ == 0) napi_ref_threadsafe_function(env, settle_);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      waiting_.push_back(std::move(run));
    }
    wake_.notify_one();
  }

  // Lets runs in flight finish, ends the threads and frees what TensorFlow holds.
  void Close() {
    if (closed()) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    napi_release_threadsafe_function(settle_, napi_tsfn_release);
    Status status;
    TF_DeleteSession(session_, status.get());
    session_ = nullptr;
    graph_.reset();
  }

  bool closed() const { return session_ == nullptr; }
  bool idle() const { return in_flight_ == 0; }

 private:
  void ImportGraph(const Bytes& graph_def) {
    Status status;
    Buffer buffer(TF_NewBufferFromString(graph_def.data, graph_def.length));
    TF_ImportGraphDefOptions* options = TF_NewImportGraphDefOptions();
    TF_GraphImportGraphDef(graph_.get(), buffer.get(), options, status.get());
    TF_DeleteImportGraphDefOptions(options);
    status.ThrowUnlessOk();
  }

  void OpenReturnPath(napi_env env) {
    napi_value name;
    Check(napi_create_string_utf8(env, "collimator session", NAPI_AUTO_LENGTH, &name), "a name");
    Check(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, Settle, &settle_),
          "the event loop");
    napi_unref_threadsafe_function(env, settle_);
  }

  void Work() {
    while (std::unique_ptr<Run> run = Next()) {
      Execute(*run);
      // After the environment has gone nobody waits for the result any more.
      if (napi_call_threadsafe_function(settle_, run.get(), napi_tsfn_blocking) == napi_ok) run.release();
    }
  }

  std::unique_ptr<Run> Next() {
    std::unique_lock<std::mutex> lock(mutex_);
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return nullptr;
    std::unique_ptr<Run> run = std::move(waiting_.front());
    waiting_.pop_front();
    return run;
  }

  void Execute(Run& run) const {
    Status status;
    std::vector<TF_Tensor*> fed;
    for (const Tensor& tensor : run.fed) fed.push_back(tensor.get());
    std::vector<TF_Tensor*> results(run.outputs.size(), nullptr);
    TF_SessionRun(session_, run.options->length == 0 ? nullptr : run.options.get(), run.inputs.data(), fed.data(),
                  static_cast<int>(fed.size()), run.outputs.data(), results.data(), static_cast<int>(results.size()),
                  run.targets.data(), static_cast<int>(run.targets.size()), nullptr, status.get());
    if (!status.ok()) run.error = status.message();
    for (size_t i = 0; i < results.size(); ++i) Deliver(run, i, Tensor(results[i]));
  }

  static void Deliver(Run& run, size_t index, const Tensor& result) {
    if (!result) return;
    const Bytes& destination = run.destinations[index];
    if (TF_TensorByteSize(result.get()) != destination.length) {
      run.error = "result " + std::to_string(index) + " has " + std::to_string(TF_TensorByteSize(result.get())) +
                  " bytes, its destination " + std::to_string(destination.length);
      return;
    }
    std::memcpy(destination.data, TF_TensorData(result.get()), destination.length);
  }

  // Back on the event loop's thread.
  static void Settle(napi_env env, napi_value, void* context, void* data) {
    const std::unique_ptr<Run> run(static_cast<Run*>(data));
    if (env == nullptr) return;
    auto* session = static_cast<Session*>(context);
    if (--session->in_flight_ == 0) napi_unref_threadsafe_function(env, session->settle_);
    for (napi_ref reference : run->held) napi_delete_reference(env, reference);
    napi_value value;
    napi_get_undefined(env, &value);
    if (run->error.empty()) {
      napi_resolve_deferred(env, run->deferred, value);
      return;
    }
    napi_value message;
    napi_create_string_utf8(env, run->error.data(), run->error.size(), &message);
    napi_create_error(env, nullptr, message, &value);
    napi_reject_deferred(env, run->deferred, value);
  }

  Graph graph_{TF_NewGraph()};
  TF_Session* session_ = nullptr;
  napi_threadsafe_function settle_ = nullptr;
  int in_flight_ = 0;  // touched by the event loop's thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Run>> waiting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

// ---- Exports -------------------------------------------------------------------------------------------------------

template <size_t Count>
std::vector<napi_value> Arguments(napi_env env, napi_callback_info info) {
  std::vector<napi_value> arguments(Count);
  size_t count = Count;
  Check(napi_get_cb_info(env, info, &count, arguments.data(), nullptr, nullptr), "the arguments");
  if (count < Count) throw std::runtime_error("too few arguments");
  return arguments;
}

Session& SessionOf(napi_env env, napi_value value) {
  void* session = nullptr;
  Check(napi_get_value_external(env, value, &session), "the session");
  return *static_cast<Session*>(session);
}

void Hold(napi_env env, napi_value object, Run& run) {
  napi_ref reference;
  Check(napi_create_reference(env, object, 1, &reference), "an object");
  run.held.push_back(reference);
}

std::unique_ptr<Run> ReadRequest(napi_env env, const Session& session, napi_value request) {
  auto run = std::make_unique<Run>();
  const Bytes options = BytesOf(env, Property(env, request, "options"));
  run->options.reset(TF_NewBufferFromString(options.data, options.length));
  ForEach(env, Property(env, request, "feeds"), [&](napi_value feed) {
    const napi_value values = Property(env, feed, "values");
    run->inputs.push_back({session.Operation(Text(env, Property(env, feed, "node"))), 0});
    run->fed.push_back(FeedTensor(env, feed, BytesOf(env, values)));
    Hold(env, values, *run);
  });
  ForEach(env, Property(env, request, "fetches"), [&](napi_value fetch) {
    const napi_value into = Property(env, fetch, "into");
    const int output = Integer(env, Property(env, fetch, "output"));
    run->outputs.push_back({session.Operation(Text(env, Property(env, fetch, "node"))), output});
    run->destinations.push_back(BytesOf(env, into));
    Hold(env, into, *run);
  });
  ForEach(env, Property(env, request, "targets"),
          [&](napi_value name) { run->targets.push_back(session.Operation(Text(env, name))); });
  return run;
}

napi_value Open(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments<3>(env, info);
  auto session = std::make_unique<Session>(env, BytesOf(env, arguments[0]), BytesOf(env, arguments[1]),
                                           Integer(env, arguments[2]));
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Session*>(data); };
  napi_value external;
  Check(napi_create_external(env, session.get(), finalize, nullptr, &external), "the session");
  session.release();
  return external;
}

napi_value StartRun(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments<2>(env, info);
  Session& session = SessionOf(env, arguments[0]);
  if (session.closed()) throw std::runtime_error("the session is closed");
  std::unique_ptr<Run> run = ReadRequest(env, session, arguments[1]);
  Hold(env, arguments[0], *run);
  napi_value promise;
  Check(napi_create_promise(env, &run->deferred, &promise), "a promise");
  session.Start(env, std::move(run));
  return promise;
}

napi_value Close(napi_env env, napi_callback_info info) {
  Session& session = SessionOf(env, Arguments<1>(env, info)[0]);
  if (!session.idle()) throw std::runtime_error("a run is in flight");
  session.Close();
  return nullptr;
}

template <napi_value (*Body)(napi_env, napi_callback_info)>
napi_value Guarded(napi_env env, napi_callback_info info) {
  try {
    return Body(env, info);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

napi_value Initialize(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"open", nullptr, Guarded<Open>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"run", nullptr, Guarded<StartRun>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"close", nullptr, Guarded<Close>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, std::size(functions), functions);
  return exports;
}

}  // namespace
}  // namespace collimator

NAPI_MODULE(runner, collimator::Initialize)
