// Makes messages that TensorFlow writes through Abseil obey TF_CPP_MIN_LOG_LEVEL, as those of its own logger do.
//
// TensorFlow's libraries log while they are being loaded, before anything could call absl::SetMinLogLevel. They ask for the
// level through their symbol tables, in which the addon that loads them comes first: so they find this definition. Should
// another version of TensorFlow carry another version of Abseil, messages below the level are merely seen again.

#include <algorithm>
#include <cstdlib>

namespace absl {
inline namespace lts_20250814 {

enum class LogSeverityAtLeast : int { kInfo = 0, kFatal = 3 };

LogSeverityAtLeast MinLogLevel() {
  static const int level = [] {
    const char* wanted = std::getenv("TF_CPP_MIN_LOG_LEVEL");
    return wanted == nullptr ? 0 : std::clamp(std::atoi(wanted), 0, 3);
  }();
  return static_cast<LogSeverityAtLeast>(level);
}

}  // inline namespace lts_20250814
}  // namespace absl
