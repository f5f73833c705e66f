#include "session.h"

#include <cstring>

namespace collimator {
namespace {

void Deliver(Run& run, size_t index, const Tensor& result) {
  if (!result) return;
  const Bytes& destination = run.destinations[index];
  const size_t length = TF_TensorByteSize(result.get());
  if (length != destination.length) {
    run.error = "result " + std::to_string(index) + " has " + std::to_string(length) + " bytes, its destination " +
                std::to_string(destination.length);
    return;
  }
  std::memcpy(destination.data, TF_TensorData(result.get()), length);
}

void SettlePromise(napi_env env, const Run& run) {
  napi_value value;
  napi_get_undefined(env, &value);
  if (run.error.empty()) {
    napi_resolve_deferred(env, run.deferred, value);
    return;
  }
  napi_value message;
  napi_create_string_utf8(env, run.error.data(), run.error.size(), &message);
  napi_create_error(env, nullptr, message, &value);
  napi_reject_deferred(env, run.deferred, value);
}

}  // namespace

Session::Session(napi_env env, const Bytes& graph_def, const Bytes& config, int threads) {
  ImportGraph(graph_def);
  const Status status;
  const SessionOptions options(TF_NewSessionOptions());
  TF_SetConfig(options.get(), config.data, config.length, status.get());
  status.ThrowUnlessOk();
  session_ = TF_NewSession(graph_.get(), options.get(), status.get());
  status.ThrowUnlessOk();
  OpenReturnPath(env);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

void Session::ImportGraph(const Bytes& graph_def) {
  const Status status;
  const Buffer buffer(TF_NewBufferFromString(graph_def.data, graph_def.length));
  const ImportOptions options(TF_NewImportGraphDefOptions());
  TF_GraphImportGraphDef(graph_.get(), buffer.get(), options.get(), status.get());
  status.ThrowUnlessOk();
}

// The way back to the event loop keeps the process alive only while runs are in flight.
void Session::OpenReturnPath(napi_env env) {
  napi_value name;
  napi_create_string_utf8(env, "collimator session", NAPI_AUTO_LENGTH, &name);
  const napi_status made = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this,
                                                           Settle, &settle_);
  if (made != napi_ok) throw std::runtime_error("the event loop cannot be reached from other threads");
  napi_unref_threadsafe_function(env, settle_);
}

TF_Operation* Session::Operation(const std::string& name) const {
  TF_Operation* operation = TF_GraphOperationByName(graph_.get(), name.c_str());
  if (operation == nullptr) throw std::runtime_error("the graph has no operation " + name);
  return operation;
}

void Session::Start(napi_env env, std::unique_ptr<Run> run) {
  if (in_flight_++ == 0) napi_ref_threadsafe_function(env, settle_);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(run));
  }
  wake_.notify_one();
}

void Session::Close() {
  if (closed()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  napi_release_threadsafe_function(settle_, napi_tsfn_release);
  const Status status;
  TF_DeleteSession(session_, status.get());
  session_ = nullptr;
  graph_.reset();
}

void Session::Work() {
  while (std::unique_ptr<Run> run = Next()) {
    Execute(*run);
    // Where the event loop has ended, nobody waits for the result any more.
    if (napi_call_threadsafe_function(settle_, run.get(), napi_tsfn_blocking) == napi_ok) run.release();
  }
}

std::unique_ptr<Run> Session::Next() {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
  if (waiting_.empty()) return nullptr;
  std::unique_ptr<Run> run = std::move(waiting_.front());
  waiting_.pop_front();
  return run;
}

void Session::Execute(Run& run) const {
  const Status status;
  std::vector<TF_Tensor*> fed;
  for (const Tensor& tensor : run.fed) fed.push_back(tensor.get());
  std::vector<TF_Tensor*> results(run.outputs.size(), nullptr);
  TF_SessionRun(session_, run.options.get(), run.inputs.data(), fed.data(), static_cast<int>(fed.size()),
                run.outputs.data(), results.data(), static_cast<int>(results.size()), run.targets.data(),
                static_cast<int>(run.targets.size()), nullptr, status.get());
  if (!status.ok()) run.error = status.message();
  for (size_t i = 0; i < results.size(); ++i) Deliver(run, i, Tensor(results[i]));
  run.fed.clear();
}

// Called on the event loop's thread; without an environment when that has ended.
void Session::Settle(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<Run> run(static_cast<Run*>(data));
  if (env == nullptr) return;
  auto* session = static_cast<Session*>(context);
  if (--session->in_flight_ == 0) napi_unref_threadsafe_function(env, session->settle_);
  SettlePromise(env, *run);
  for (napi_ref reference : run->held) napi_delete_reference(env, reference);
}

}  // namespace collimator
