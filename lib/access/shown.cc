#include "lib/access/shown.h"

namespace lagesbild::access {

Shown::MessagePtr Shown::Find(const std::string& key) const {
  base::MutexLock lock(&mutex_);
  for (const auto& [name, message] : kept_) {
    if (name == key) return message;
  }
  return nullptr;
}

void Shown::Keep(const std::string& key, MessagePtr message) const {
  base::MutexLock lock(&mutex_);
  for (auto& [name, kept] : kept_) {
    if (name == key) return kept.swap(message);  // made by two at once
  }
  if (kept_.size() == kMaxShown) kept_.erase(kept_.begin());
  kept_.emplace_back(key, std::move(message));
}

}  // namespace lagesbild::access
