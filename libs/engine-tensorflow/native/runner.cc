// Runs TensorFlow sessions off the event loop: a graph is opened once and then run from threads of our own, which read
// JavaScript's memory in place and write results straight into it, shared memory included.
//
// Exports: open(graphDef, config, threads) -> session; run(session, request) -> Promise; close(session). The types are
// in src/session/runner.ts.

#include <node_api.h>

#include <cstring>
#include <iterator>

#include "session.h"

namespace collimator {
namespace {

// ---- Values from JavaScript ----------------------------------------------------------------------------------------

void Check(napi_status status, const char* what) {
  if (status != napi_ok) throw std::runtime_error(std::string("cannot read ") + what);
}

napi_value Property(napi_env env, napi_value object, const char* name) {
  napi_value value;
  Check(napi_get_named_property(env, object, name, &value), name);
  return value;
}

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  Check(napi_get_value_string_utf8(env, value, nullptr, 0, &length), "a name");
  std::string text(length, '\0');
  Check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length), "a name");
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

// ---- Requests ------------------------------------------------------------------------------------------------------

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
  if (bytes.length > 0) std::memcpy(TF_TensorData(tensor.get()), bytes.data, bytes.length);
  return tensor;
}

// Everything that holds references comes last: what throws before has taken none.
std::unique_ptr<Run> ReadRequest(napi_env env, const Session& session, napi_value request) {
  auto run = std::make_unique<Run>();
  const Bytes options = BytesOf(env, Property(env, request, "options"));
  run->options.reset(TF_NewBufferFromString(options.data, options.length));
  ForEach(env, Property(env, request, "feeds"), [&](napi_value feed) {
    run->inputs.push_back({session.Operation(Text(env, Property(env, feed, "node"))), 0});
    run->fed.push_back(FeedTensor(env, feed, BytesOf(env, Property(env, feed, "values"))));
  });
  ForEach(env, Property(env, request, "fetches"), [&](napi_value fetch) {
    const int output = Integer(env, Property(env, fetch, "output"));
    run->outputs.push_back({session.Operation(Text(env, Property(env, fetch, "node"))), output});
    run->destinations.push_back(BytesOf(env, Property(env, fetch, "into")));
  });
  ForEach(env, Property(env, request, "targets"),
          [&](napi_value name) { run->targets.push_back(session.Operation(Text(env, name))); });
  return run;
}

void Hold(napi_env env, napi_value object, Run& run) {
  napi_ref reference;
  Check(napi_create_reference(env, object, 1, &reference), "an object");
  run.held.push_back(reference);
}

void HoldMemory(napi_env env, napi_value request, Run& run) {
  ForEach(env, Property(env, request, "feeds"),
          [&](napi_value feed) { Hold(env, Property(env, feed, "values"), run); });
  ForEach(env, Property(env, request, "fetches"),
          [&](napi_value fetch) { Hold(env, Property(env, fetch, "into"), run); });
}

// ---- Exports -------------------------------------------------------------------------------------------------------

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
  HoldMemory(env, arguments[1], *run);
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
