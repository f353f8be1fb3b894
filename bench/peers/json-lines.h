// The protocol of serve.mjs for a peer in C++. Requests come from our own driver as flat JSON on one line, so looking
// a key up in the text is enough and a JSON library would be one more thing to install.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

class Request {
public:
    explicit Request(std::string line) : line(std::move(line)) {}

    double number(const std::string &key) const { return std::strtod(find(key), nullptr); }

    std::string text(const std::string &key) const {
        const char *start = find(key) + 1;
        return std::string(start, std::char_traits<char>::find(start, line.size(), '"'));
    }

private:
    std::string line;

    const char *find(const std::string &key) const {
        const std::string quoted = "\"" + key + "\":";
        const size_t at = line.find(quoted);
        if (at == std::string::npos) throw std::runtime_error("the request has no \"" + key + "\"");
        return line.c_str() + at + quoted.size();
    }
};

using Iteration = std::function<void()>;

inline double now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

inline std::string measure(const Iteration &iterate, double minSeconds) {
    std::vector<double> seconds;
    const double end = now() + minSeconds;
    do {
        const double start = now();
        iterate();
        seconds.push_back(now() - start);
    } while (now() < end);
    std::sort(seconds.begin(), seconds.end());
    char answer[96];
    std::snprintf(answer, sizeof answer, "{\"seconds\":%.9g,\"iterations\":%zu}", seconds[seconds.size() / 2],
            seconds.size());
    return answer;
}

/// Introduces the peer, then answers requests until standard input ends.
inline int serve(const std::string &introduction, const std::function<Iteration(const Request &)> &prepare) {
    std::cout << introduction << std::endl;
    std::string name;
    Iteration iterate;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            const Request request(line);
            const double minSeconds = request.number("minSeconds");
            if (request.text("name") != name) {
                iterate = nullptr;
                iterate = prepare(request);
                name = request.text("name");
                measure(iterate, minSeconds);
            }
            std::cout << measure(iterate, minSeconds) << std::endl;
        } catch (const std::exception &error) {
            name.clear();
            std::cout << "{\"error\":\"" << error.what() << "\"}" << std::endl;
        }
    }
    return 0;
}
