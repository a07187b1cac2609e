// The yardstick: M/M/1 and the hold model in C++ with nothing around them but the standard library.
//   engine mm1 CUSTOMERS                       arrival rate 0.9, service rate 1
//   engine hold PENDING HOLDS [heavy|periodic] exponential delays of mean 1 unless told otherwise
// Prints the rate, then a number that shows the work was done.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <queue>
#include <random>
#include <vector>

struct Event {
  double time;
  uint32_t kind;
};
struct Later {
  bool operator()(const Event &a, const Event &b) const { return a.time > b.time; }
};
using Events = std::priority_queue<Event, std::vector<Event>, Later>;

struct Draws {
  std::mt19937_64 bits{42};
  std::exponential_distribution<double> exponential{1.0};
  double operator()() { return exponential(bits); }
  std::uniform_int_distribution<int> timers{1, 4};
};

static double secondsNow() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

static Event take(Events &events) {
  const Event event = events.top();
  events.pop();
  return event;
}

template <class Delay> void hold(uint32_t pending, uint64_t holds, Delay delay) {
  Draws draws;
  std::vector<Event> room;
  room.reserve(pending + 1);
  Events events(Later(), std::move(room));
  for (uint32_t i = 0; i < pending; i++) events.push({delay(draws), i});
  double last = 0;
  const auto turn = [&](uint64_t times) {
    for (uint64_t i = 0; i < times; i++) {
      const Event event = take(events);
      last = event.time;
      events.push({event.time + delay(draws), event.kind});
    }
  };
  turn(pending);
  const double start = secondsNow();
  turn(holds);
  std::printf("%.0f %.3f\n", holds / (secondsNow() - start), last);
}

// External linkage on purpose, here and in hold: g++ optimizes less what only main calls, once.
void mm1(uint64_t customers) {
  Events events;
  Draws draws;
  std::queue<double> line;
  double now = 0, sojourns = 0;
  uint64_t arrived = 0;
  bool busy = false;
  const double start = secondsNow();
  events.push({draws() / 0.9, 0});
  while (!events.empty()) {
    const Event event = take(events);
    now = event.time;
    if (event.kind == 0) {
      if (++arrived < customers) events.push({now + draws() / 0.9, 0});
      line.push(now);
      if (!busy) {
        busy = true;
        events.push({now + draws(), 1});
      }
    } else {
      sojourns += now - line.front();
      line.pop();
      if (line.empty()) busy = false;
      else events.push({now + draws(), 1});
    }
  }
  std::printf("%.0f %.3f\n", customers / (secondsNow() - start), sojourns / customers);
}

int main(int count, char **words) {
  if (count == 3 && !std::strcmp(words[1], "mm1")) {
    mm1(std::strtoull(words[2], nullptr, 10));
  } else if (count >= 4 && !std::strcmp(words[1], "hold")) {
    const uint32_t pending = std::strtoul(words[2], nullptr, 10);
    const uint64_t holds = std::strtoull(words[3], nullptr, 10);
    const char *delays = count > 4 ? words[4] : "exponential";
    if (!std::strcmp(delays, "heavy")) hold(pending, holds, [](Draws &d) { return std::exp(d.exponential(d.bits) / 1.1); });
    else if (!std::strcmp(delays, "periodic")) hold(pending, holds, [](Draws &d) { return double(d.timers(d.bits)); });
    else hold(pending, holds, [](Draws &d) { return d.exponential(d.bits); });
  } else {
    std::fprintf(stderr, "usage: engine mm1 CUSTOMERS | engine hold PENDING HOLDS [heavy|periodic]\n");
    return 2;
  }
}
