// Owners of what TensorFlow's C API hands out.

#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "tensorflow/c/c_api.h"

namespace collimator {

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;

  TF_Status* get() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  std::string message() const { return TF_Message(status_); }
  void ThrowUnlessOk() const {
    if (!ok()) throw std::runtime_error(message());
  }

 private:
  TF_Status* const status_;
};

template <typename T, void (*Delete)(T*)>
struct Deleter {
  void operator()(T* owned) const { Delete(owned); }
};

using Buffer = std::unique_ptr<TF_Buffer, Deleter<TF_Buffer, TF_DeleteBuffer>>;
using Graph = std::unique_ptr<TF_Graph, Deleter<TF_Graph, TF_DeleteGraph>>;
using SessionOptions = std::unique_ptr<TF_SessionOptions, Deleter<TF_SessionOptions, TF_DeleteSessionOptions>>;
using ImportOptions =
    std::unique_ptr<TF_ImportGraphDefOptions, Deleter<TF_ImportGraphDefOptions, TF_DeleteImportGraphDefOptions>>;
using Tensor = std::unique_ptr<TF_Tensor, Deleter<TF_Tensor, TF_DeleteTensor>>;

}  // namespace collimator
